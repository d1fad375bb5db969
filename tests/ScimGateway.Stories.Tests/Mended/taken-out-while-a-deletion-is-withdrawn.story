{"WhenSlackIsSlow":"\"Refuse\""}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Rfc"}
{"step":"Die","After":3}
{"step":"Patch","Source":0,"Who":3,"Path":"title","Value":"Captain","Habit":"Entra"}
{"step":"PostGroup","Source":0,"Which":2,"Name":"All","Members":[3]}
{"step":"Delete","Source":0,"Who":3}
{"step":"PutGroup","Source":0,"Which":2,"Name":"All","Members":[0]}
