Instance: meeting-report
InstanceOf: PsiMeetingReport
Title: "Report of the meeting at the hospital"
Usage: #example
* insert HabitatIdentifier(document, X-COMPTE-RENDU-1)
* status = #current
* type.text = "Compte rendu de la rencontre PSI"
* category[report].text = "Compte rendu"
* subject = Reference(monsieur-x)
* date = "2026-11-20T16:00:00+01:00"
* author = Reference(role-referent)
* custodian = Reference(org-habitat)
* content.attachment.contentType = #text/plain
* content.attachment.language = #fr
* content.attachment.title = "Rencontre du 20 novembre 2026"
* content.attachment.data = "UmVuY29udHJlIGR1IDIwIG5vdmVtYnJlIDIwMjYgw6AgbCdow7RwaXRhbC4KUHLDqXNlbnRzIDogTW9uc2lldXIgWCwgc2Egc8WTdXIsIHVuZSBjb2xsw6hndWUsIHNvbiByw6lmw6lyZW50LCBzYSBwc3ljaG9sb2d1ZSwgc29uIG3DqWRlY2luIHRyYWl0YW50LCBsYSBwc3ljaGlhdHJlIGV0IGwnaW5maXJtacOocmUuCkxhIGRpc3B1dGUgdmVuYWl0IGQndW4gbWFsZW50ZW5kdS4gTW9uc2lldXIgWCB2YSByZW50cmVyIMOgIGwnaGFiaXRhdGlvbiBwcm90w6lnw6llLgpMZSByw6lmw6lyZW50IGV0IE1vbnNpZXVyIFggY2hlcmNoZW50IHJhcGlkZW1lbnQgdW5lIGZvcm1hdGlvbiBkYW5zIGxlIHNlY3RldXIgdGVydGlhaXJlLgpQcm9jaGFpbmUgcmVuY29udHJlIDogMTIgZsOpdnJpZXIgMjAyNy4K"
* context.related[0] = Reference(plan)
* context.related[1] = Reference(meeting-hospital)
