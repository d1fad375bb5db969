{}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Title":"Analyst","Key":"2"},"Habit":"Okta"}
{"step":"ChangeByHand","Who":1,"What":"title","Value":"By Hand"}
{"step":"Delete","Source":0,"Who":1}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Title":"Analyst","Key":"2"},"Habit":"Entra"}
