{"DeprovisionUsers":"false"}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Entra"}
{"step":"Put","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":false,"Key":"4"}}
{"step":"Patch","Source":0,"Who":3,"Path":"primary","Value":"Ada@Corp.Example","Habit":"Okta"}
{"step":"ChangeByHand","Who":3,"What":"active","Value":"true"}
{"step":"Delete","Source":0,"Who":0}
{"step":"Post","Source":1,"Who":0,"Said":{"UserName":"ada","Primary":"ada@corp.example","Active":false,"Key":"1"},"Habit":"Okta"}
