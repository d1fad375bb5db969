{}
{"step":"Post","Source":0,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Entra"}
{"step":"Patch","Source":0,"Who":1,"Path":"active","Value":"false","Habit":"Entra"}
{"step":"ChangeByHand","Who":1,"What":"active","Value":"true"}
{"step":"Sweep"}
{"step":"Delete","Source":0,"Who":1}
