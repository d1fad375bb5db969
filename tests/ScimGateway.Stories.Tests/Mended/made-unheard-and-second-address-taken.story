{}
{"step":"Die","After":4}
{"step":"Post","Source":1,"Who":1,"Said":{"UserName":"bob.b","Primary":"bob@corp.example","Active":true,"Key":"2"},"Habit":"Rfc"}
{"step":"Patch","Source":1,"Who":1,"Path":"secondary","Value":"Ada@Corp.Example","Habit":"Rfc"}
{"step":"MakeByHand","UserName":"team","Address":"team@corp.example","Second":"Ada@Corp.Example","Active":false,"Rank":"member"}
