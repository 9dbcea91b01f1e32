Profile: PsiCarePlan
Parent: $BeCarePlan
Id: psi-care-plan
Title: "PSI care plan"
Description: "The individualised service plan: one plan, agreed by the person, shared by services of several organisations."
* obeys psi-inv-agree and psi-inv-full and psi-inv-resp and psi-inv-deadline and psi-inv-review and psi-inv-ppi
* extension contains
    PsiExtUserAgreement named userAgreement 0..1 MS and
    PsiExtStepRecord named stepRecord 0..* MS and
    PsiExtLastMeeting named lastMeeting 0..1 MS and
    PsiExtNextReview named nextReview 0..1 MS and
    PsiExtInvolvementPreference named involvementPreference 0..1 MS and
    PsiExtStrength named strength 0..* MS and
    PsiExtLifeProject named lifeProject 0..* MS and
    PsiExtLeafletGiven named leafletGiven 0..1 MS and
    PsiExtSignificantPerson named significantPerson 0..* and
    PsiExtInitiator named initiator 0..1 MS and
    PsiExtUserView named userView 0..1 MS and
    PsiExtPace named pace 0..1
* intent = #plan (exactly)
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains psi 1..1 MS
* category[psi] = PsiCsPlanType#psi
* description 1..1 MS
* description ^short = "Purpose of the plan, in words that everybody understands"
* subject only Reference($BePatient)
* period 1..1 MS
* careTeam only Reference(PsiCareTeam)
* goal only Reference(PsiGoal)
* supportingInfo MS
* supportingInfo ^short = "E.g. the programme plans of single services, evaluations, the report of a meeting"
* activity MS
* activity.extension contains PsiExtActivityHelpful named helpful 0..1 MS
* activity.detail MS
* activity.detail.status MS
* activity.detail.description MS
* activity.detail.performer MS
* activity.detail.scheduled[x] MS
