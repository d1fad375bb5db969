{"DeprovisionOnRuleDeletion":"true"}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Okta"}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":true}
{"step":"ChangeByHand","Who":0,"What":"active","Value":"true"}
{"step":"Patch","Source":0,"Who":0,"Path":"active","Value":"false","Habit":"Rfc"}
