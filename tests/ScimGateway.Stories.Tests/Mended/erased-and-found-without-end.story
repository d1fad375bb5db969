{}
{"step":"MakeByHand","UserName":"ada","Address":"zoe@corp.example","Active":false,"Rank":"member"}
{"step":"ChangeByHand","Who":2,"What":"erased"}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"zoe@corp.example","Active":true,"Title":"Pilot","Key":"4"},"Habit":"Okta"}
