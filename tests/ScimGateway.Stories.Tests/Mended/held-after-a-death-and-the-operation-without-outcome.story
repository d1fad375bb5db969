{"GuardedAccounts":"1"}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Title":"Analyst","Key":"3"},"Habit":"Rfc"}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Title":"Analyst","Key":"4"},"Habit":"Entra"}
{"step":"Put","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"Ada@Corp.Example","Active":false,"Key":"4"}}
{"step":"Die","After":4}
{"step":"Patch","Source":0,"Who":3,"Path":"title","Value":"Analyst","Habit":"Okta"}
{"step":"Patch","Source":0,"Who":2,"Path":"primary","Value":"bob@corp.example","Habit":"Entra"}
{"step":"Delete","Source":0,"Who":1}
