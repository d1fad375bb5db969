{}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"ada","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Entra"}
{"step":"Bulk","Source":0,"FailOnErrors":0,"Steps":[{"step":"Delete","Source":0,"Who":0},{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Rfc"}]}
{"step":"Die","After":3}
{"step":"Put","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"}}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":false}
