// A mandate that a superior gave and the professional acknowledged.
RuleSet: Mandated(superior, organization, date)
* extension[mandate].extension[mandatedBy].valueReference = Reference({superior})
* extension[mandate].extension[organization].valueReference = Reference({organization})
* extension[mandate].extension[date].valueDate = "{date}"
* extension[mandate].extension[acknowledged].valueBoolean = true
