// A criterion that was reviewed and is met.
RuleSet: Smart(criterion)
* extension[criterion].valueCode = #{criterion}
* extension[met].valueBoolean = true
