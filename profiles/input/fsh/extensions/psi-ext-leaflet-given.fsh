Extension: PsiExtLeafletGiven
Id: psi-ext-leaflet-given
Title: "Leaflet given"
Description: "The leaflet that explains what a PSI is was handed over."
Context: CarePlan
* extension contains
    date 1..1 and
    document 0..1 and
    by 0..1
* extension[date] ^short = "When"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* extension[document] ^short = "The leaflet"
* extension[document].value[x] 1..1
* extension[document].value[x] only Reference(PsiLeaflet)
* extension[by] ^short = "Who handed it over"
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference($BePractitionerRole or $BePractitioner)
