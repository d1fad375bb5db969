{"UserSlackCannotHold":"\"Keep\""}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Pilot","Key":"1"},"Habit":"Entra"}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Title":"Pilot","Key":"2"},"Habit":"Entra"}
{"step":"Patch","Source":0,"Who":0,"Path":"primary","Value":"bob@corp.example","Habit":"Rfc"}
{"step":"Patch","Source":0,"Who":1,"Path":"primary","Value":"ada@corp.example","Habit":"Rfc"}
