CodeSystem: PsiCsReferentDuty
Id: psi-cs-referent-duty
Title: "Duty of the referent"
Description: "What a care referent is mandated to do."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-referent-duty"
* #activate-network "activate the network" "Bring services together around the person, as needed."
* #activate-network insert Labels([[activer le réseau]], [[netwerk activeren]], [[Netzwerk aktivieren]], [[activate the network]])
* #link "keep the link" "Between the person, relatives and professionals."
* #link insert Labels([[assurer le lien]], [[verbinding verzekeren]], [[Verbindung sichern]], [[keep the link]])
* #follow-up "watch over follow-up" "See that the person gets the support that the situation asks for."
* #follow-up insert Labels([[veiller au suivi]], [[opvolging bewaken]], [[Begleitung sichern]], [[watch over follow-up]])
* #concertation "concertation and continuity" "Foster concertation of all partners and continuity of care."
* #concertation insert Labels([[concertation et continuité]], [[overleg en continuïteit]], [[Konzertierung und Kontinuität]], [[concertation and continuity]])
