Profile: PsiCrisisPlan
Parent: $BeCarePlan
Id: psi-crisis-plan
Title: "PSI crisis plan"
Description: "Signs of relapse, wishes and strategies in a crisis, people who matter. A plan of its own, part of the PSI, so that it can be shared apart."
* extension contains
    PsiExtRelapseSign named relapseSign 1..* MS and
    PsiExtSignificantPerson named significantPerson 0..* MS and
    PsiExtUserView named userView 0..1
* partOf 1..1
* partOf only Reference(PsiCarePlan)
* intent = #plan (exactly)
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains crisis 1..1 MS
* category[crisis] = PsiCsPlanType#crisis-plan
* subject only Reference($BePatient)
* activity MS
* activity.detail MS
