{}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Title":"Analyst","Key":"4"},"Habit":"Okta"}
{"step":"Delete","Source":0,"Who":3}
{"step":"Post","Source":0,"Who":2,"Said":{"UserName":"zoë","Primary":"team@corp.example","Active":true,"Key":"3"},"Habit":"Rfc"}
{"step":"Decide","Release":false,"All":true}
