// A concept in the four languages of the guide.
RuleSet: Labels(fr, nl, de, en)
* ^designation[0].language = #fr
* ^designation[0].value = "{fr}"
* ^designation[1].language = #nl
* ^designation[1].value = "{nl}"
* ^designation[2].language = #de
* ^designation[2].value = "{de}"
* ^designation[3].language = #en
* ^designation[3].value = "{en}"
