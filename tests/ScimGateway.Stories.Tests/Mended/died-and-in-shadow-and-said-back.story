{}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Key":"3"},"Habit":"Rfc"}
{"step":"Die","After":4}
{"step":"Put","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"team@corp.example","Active":true,"Key":"3"}}
{"step":"Stop","Shadow":true}
{"step":"Put","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"zoe@corp.example","Active":true,"Key":"3"}}
