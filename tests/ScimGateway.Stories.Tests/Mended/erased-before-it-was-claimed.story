{}
{"step":"MakeByHand","UserName":"hand1","Address":"team@corp.example","Active":true,"Rank":"admin"}
{"step":"ChangeByHand","Who":3,"What":"erased"}
{"step":"BackUp"}
{"step":"PutBack"}
{"step":"Patch","Source":1,"Who":3,"Path":"active","Value":"true","Habit":"Entra"}
