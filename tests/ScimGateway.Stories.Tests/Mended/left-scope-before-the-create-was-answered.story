{}
{"step":"Die","After":6}
{"step":"Rule","Filter":"title pr","Everybody":false}
{"step":"MakeByHand","UserName":"hand0","Address":"Ada@Corp.Example","Active":true,"Rank":"member"}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Rfc"}
{"step":"Put","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Title":"Analyst","Key":"1"}}
{"step":"Patch","Source":0,"Who":0,"Path":"title","Habit":"Entra"}
