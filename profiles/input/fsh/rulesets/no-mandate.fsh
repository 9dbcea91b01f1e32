// No mandate, and why.
RuleSet: NoMandate(reason)
* extension[mandate].extension[notApplicableReason].valueCode = #{reason}
