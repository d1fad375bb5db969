{}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Okta"}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":true}
{"step":"Patch","Source":0,"Who":1,"Path":"active","Value":"false","Habit":"Okta"}
