{}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Title":"Analyst","Key":"4"},"Habit":"Okta"}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":true}
{"step":"Patch","Source":0,"Who":3,"Path":"active","Value":"false","Habit":"Entra"}
{"step":"PostGroup","Source":0,"Which":0,"Name":"Crew","Members":[3]}
{"step":"Put","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Title":"Pilot","Key":"4"}}
