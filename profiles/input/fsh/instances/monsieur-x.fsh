Instance: monsieur-x
InstanceOf: PsiPatient
Title: "Monsieur X"
Description: "The user of the module: 40 years old, living in sheltered housing for a short time."
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "86051299994"
* active = true
* name.use = #official
* name.text = "Monsieur X"
* name.family = "X"
* name.given = "Olivier"
* name.prefix = "Monsieur"
* telecom.system = #phone
* telecom.value = "+32 470 00 00 01"
* telecom.use = #mobile
* gender = #male
* birthDate = "1986-05-12"
* address.use = #home
* address.line = "Rue des Tilleuls 12"
* address.line.extension[Streetname].valueString = "Rue des Tilleuls"
* address.line.extension[Housenumber].valueString = "12"
* address.city = "Namur"
* address.postalCode = "5000"
* address.country = "BE"
* communication.language = urn:ietf:bcp:47#fr
* communication.preferred = true
* generalPractitioner = Reference(role-gp)
