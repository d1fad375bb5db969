{"UserSlackCannotHold":"\"Keep\""}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Title":"Analyst","Key":"2"},"Habit":"Rfc"}
{"step":"Patch","Source":0,"Who":1,"Path":"primary","Value":"zoe@corp.example","Habit":"Entra"}
{"step":"Delete","Source":0,"Who":1}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Secondary":"bob@corp.example","Active":true,"Title":"Pilot","Key":"3"},"Habit":"Entra"}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Title":"Analyst","Key":"2"},"Habit":"Rfc"}
{"step":"Delete","Source":0,"Who":2}
