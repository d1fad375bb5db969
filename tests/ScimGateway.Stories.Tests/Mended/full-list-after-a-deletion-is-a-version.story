{}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Okta"}
{"step":"PostGroup","Source":0,"Which":0,"Name":"Crew","Members":[1]}
{"step":"Delete","Source":0,"Who":1}
