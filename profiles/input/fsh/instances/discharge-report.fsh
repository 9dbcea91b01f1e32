Instance: discharge-report
InstanceOf: PsiMeetingReport
Title: "Report of the discharge"
Usage: #example
* identifier.system = "https://hopital.psy107.example/id/document"
* identifier.value = "X-SORTIE-2"
* status = #current
* type.text = "Compte rendu de sortie"
* category[report].text = "Compte rendu"
* subject = Reference(monsieur-x)
* date = "2026-11-22T09:00:00+01:00"
* author = Reference(role-psychiatrist)
* custodian = Reference(org-hopital)
* content.attachment.contentType = #text/plain
* content.attachment.language = #fr
* content.attachment.title = "Sortie du 22 novembre 2026"
* content.attachment.data = "TW9uc2lldXIgWCBlc3QgcmVudHLDqSDDoCBsJ2hhYml0YXRpb24gcHJvdMOpZ8OpZSBsZSAyMiBub3ZlbWJyZSAyMDI2LgpJbCBjb250aW51ZSDDoCB2b2lyIHNhIHBzeWNob2xvZ3VlIGNoYXF1ZSBzZW1haW5lLiBQcsOpLXJlbmNvbnRyZSBsZSAyMiBkw6ljZW1icmUgMjAyNi4K"
* context.related[0] = Reference(plan-revised)
* context.related[1] = Reference(meeting-discharge)
