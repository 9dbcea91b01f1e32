CodeSystem: PsiCsParticipantRole
Id: psi-cs-participant-role
Title: "Role in the team"
Description: "What somebody is in the team around the person."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-participant-role"
* #user "service user" "The person whose plan it is."
* #user insert Labels([[usager]], [[zorggebruiker]], [[Nutzer(in)]], [[service user]])
* #referent "care referent" "The professional who activates the network, keeps the link and watches over continuity."
* #referent insert Labels([[référent de soins]], [[zorgreferent]], [[Referenzperson]], [[care referent]])
* #partner "partner" "Somebody, in health care or not, who takes part in the plan."
* #partner insert Labels([[partenaire]], [[partner]], [[Partner]], [[partner]])
* #relative "relative" "A relative or friend whom the person chose to involve."
* #relative insert Labels([[proche]], [[naaste]], [[Angehörige(r)]], [[relative]])
* #confidant "confidant" "The person of trust of the patient rights law."
* #confidant insert Labels([[personne de confiance]], [[vertrouwenspersoon]], [[Vertrauensperson]], [[confidant]])
* #initiator "initiator" "Who proposed the plan; not necessarily the referent."
* #initiator insert Labels([[initiateur]], [[initiatiefnemer]], [[Initiator]], [[initiator]])
* #organiser "organiser" "Who organises the concertation."
* #organiser insert Labels([[organisateur]], [[organisator]], [[Organisator]], [[organiser]])
