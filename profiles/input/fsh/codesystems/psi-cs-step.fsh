CodeSystem: PsiCsStep
Id: psi-cs-step
Title: "Step of the plan"
Description: "Seven steps in the life of a plan. Labels may be replaced; the order is never enforced and steps may run together."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-step"
* ^property[0].code = #phase
* ^property[0].description = "When in the making of the plan the step belongs."
* ^property[0].type = #Coding
* #initiate "initiate" "Propose the plan, inform, identify the referent."
* #initiate insert Labels([[initier]], [[opstarten]], [[einleiten]], [[initiate]])
* #initiate ^property[0].code = #phase
* #initiate ^property[0].valueCoding = PsiCsPhase#before
* #prepare "prepare" "Get ready together with the person."
* #prepare insert Labels([[préparer]], [[voorbereiden]], [[vorbereiten]], [[prepare]])
* #prepare ^property[0].code = #phase
* #prepare ^property[0].valueCoding = PsiCsPhase#before
* #share "share expertise" "Share what each one knows, after the consent of those concerned."
* #share insert Labels([[partager l'expertise]], [[expertise delen]], [[Fachwissen teilen]], [[share expertise]])
* #share ^property[0].code = #phase
* #share ^property[0].valueCoding = PsiCsPhase#during
* #set-goals "set goals" "Agree on objectives."
* #set-goals insert Labels([[fixer les objectifs]], [[doelen bepalen]], [[Ziele festlegen]], [[set goals]])
* #set-goals ^property[0].code = #phase
* #set-goals ^property[0].valueCoding = PsiCsPhase#during
* #plan-actions "plan actions" "Decide actions, who does them and until when; obtain agreement."
* #plan-actions insert Labels([[planifier]], [[plannen]], [[planen]], [[plan actions]])
* #plan-actions ^property[0].code = #phase
* #plan-actions ^property[0].valueCoding = PsiCsPhase#during
* #carry-out "carry out" "Do what was planned and follow it up."
* #carry-out insert Labels([[réaliser]], [[uitvoeren]], [[umsetzen]], [[carry out]])
* #carry-out ^property[0].code = #phase
* #carry-out ^property[0].valueCoding = PsiCsPhase#after
* #re-evaluate "re-evaluate" "Measure, ask whether it helped, update the plan."
* #re-evaluate insert Labels([[réévaluer]], [[herevalueren]], [[neu bewerten]], [[re-evaluate]])
* #re-evaluate ^property[0].code = #phase
* #re-evaluate ^property[0].valueCoding = PsiCsPhase#after
