{}
{"step":"Weather","Method":"POST","Path":"/Users","Nth":1,"Times":1,"Delay":0,"AnswerDelay":0,"Drop":"after","Effect":false}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Title":"Analyst","Key":"3"},"Habit":"Entra"}
{"step":"Rule","Filter":"title eq \"Pilot\"","Everybody":true}
