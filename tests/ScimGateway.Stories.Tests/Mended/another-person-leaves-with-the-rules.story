{"DeprovisionOnRuleDeletion":"true"}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Rfc"}
{"step":"Delete","Source":0,"Who":0}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"9"},"Habit":"Entra"}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":false}
