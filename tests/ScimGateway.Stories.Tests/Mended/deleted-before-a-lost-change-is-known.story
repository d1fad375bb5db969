{"UserSlackCannotHold":"\"Keep\""}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Entra"}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Okta"}
{"step":"Die","After":7}
{"step":"Delete","Source":0,"Who":0}
{"step":"Patch","Source":0,"Who":1,"Path":"secondary","Value":"zoe@corp.example","Habit":"Okta"}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Key":"3"},"Habit":"Entra"}
{"step":"Delete","Source":0,"Who":1}
