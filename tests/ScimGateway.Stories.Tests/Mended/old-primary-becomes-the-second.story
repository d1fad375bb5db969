{}
{"step":"Knob","Name":"emails.patch_primary","Value":"\"demote-old-to-secondary\""}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Pilot","Key":"1"},"Habit":"Entra"}
{"step":"Patch","Source":0,"Who":0,"Path":"primary","Value":"new@corp.example","Habit":"Rfc"}
