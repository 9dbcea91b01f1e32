Instance: leaflet
InstanceOf: PsiLeaflet
Title: "Leaflet: what is a PSI"
Usage: #example
* insert HabitatIdentifier(document, X-FEUILLET)
* status = #current
* type.text = "Feuillet explicatif"
* subject = Reference(monsieur-x)
* date = "2026-09-15T10:00:00+02:00"
* author = Reference(role-psychologist)
* content.attachment.contentType = #text/plain
* content.attachment.language = #fr
* content.attachment.title = "Le PSI, c'est quoi ?"
* content.attachment.data = "TGUgUFNJLCBjJ2VzdCBxdW9pID8KQydlc3Qgdm90cmUgcGxhbi4gVm91cyBkw6ljaWRleiBxdWkgeSBwYXJ0aWNpcGUuCk9uIHkgw6ljcml0IGNlIHF1ZSB2b3VzIHZvdWxleiwgcXVpIGZhaXQgcXVvaSBldCBwb3VyIHF1YW5kLgpWb3RyZSByw6lmw6lyZW50IHZlaWxsZSDDoCBjZSBxdWUgY2VsYSBzZSBmYXNzZS4KVm91cyBwb3V2ZXogbGUgY2hhbmdlciBxdWFuZCB2b3VzIHZvdWxlei4KUGVyc29ubmUgbmUgbGUgbGl0IHNhbnMgdm90cmUgYWNjb3JkLgo="
