{}
{"step":"MakeByHand","UserName":"ada","Address":"Ada@Corp.Example","Active":true,"Rank":"member"}
{"step":"Weather","Method":"*","Path":"*","Nth":2,"Times":1,"Status":401,"Says":"invalid_authentication","Delay":0,"AnswerDelay":0,"Effect":false}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":true,"Key":"1"},"Habit":"Okta"}
{"step":"BackUp"}
{"step":"PutBack"}
