Profile: PsiLeaflet
Parent: $BeDocumentReference
Id: psi-leaflet
Title: "PSI leaflet"
Description: "The leaflet that explains what a PSI is, as handed to the person."
* identifier MS
* content.attachment.language 1..1 MS
* content.attachment.title 1..1 MS
* context.related only Reference($BeCarePlan or Appointment)
