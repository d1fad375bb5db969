{}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Okta"}
{"step":"Delete","Source":0,"Who":1}
{"step":"Post","Source":1,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"9"},"Habit":"Okta"}
