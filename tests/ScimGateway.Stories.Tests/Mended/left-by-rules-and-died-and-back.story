{"DeprovisionOnRuleDeletion":"true"}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Analyst","Key":"1"},"Habit":"Okta"}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Okta"}
{"step":"Die","After":5}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":true}
{"step":"Rule","Filter":"title pr","Everybody":true}
