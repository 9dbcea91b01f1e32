CodeSystem: PsiCsMeetingType
Id: psi-cs-meeting-type
Title: "Meeting type"
Description: "Kinds of meeting around a plan."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-meeting-type"
* #pre-meeting "pre-meeting" "Prepares a PSI meeting; the person is present."
* #pre-meeting insert Labels([[pré-rencontre]], [[voorbereidend gesprek]], [[Vorgespräch]], [[pre-meeting]])
* #psi-meeting "PSI meeting" "Meeting at which the plan is made or followed up."
* #psi-meeting insert Labels([[rencontre PSI]], [[PSI-overleg]], [[PSI-Treffen]], [[PSI meeting]])
* #re-evaluation "re-evaluation" "Meeting at which the plan is re-evaluated."
* #re-evaluation insert Labels([[réévaluation]], [[herevaluatie]], [[Neubewertung]], [[re-evaluation]])
* #funded-concertation "funded concertation" "Concertation around the psychiatric patient that is paid for."
* #funded-concertation insert Labels([[concertation financée]], [[gefinancierd overleg]], [[finanzierte Konzertierung]], [[funded concertation]])
