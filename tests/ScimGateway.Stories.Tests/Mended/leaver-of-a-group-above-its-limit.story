{"GuardedAccounts":"1"}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Entra"}
{"step":"Bulk","Source":0,"FailOnErrors":0,"Steps":[{"step":"PostGroup","Source":0,"Which":2,"Name":"crew","Members":[3]},{"step":"Delete","Source":0,"Who":3},{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Key":"3"},"Habit":"Rfc"}]}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Rfc"}
{"step":"PatchGroup","Source":0,"Which":2,"Changes":[{"Op":"Add","Members":[0,1,2,3]}]}
{"step":"Knob","Name":"group.max_members","Value":"1"}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Okta"}
