{"WhenNotAllowed":"\"Skip\"","CreateUsers":"false"}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Pilot","Key":"1"},"Habit":"Entra"}
{"step":"Delete","Source":0,"Who":0}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Analyst","Key":"1"},"Habit":"Entra"}
