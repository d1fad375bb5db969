{}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Active":true,"Key":"4"},"Habit":"Entra"}
{"step":"ChangeByHand","Who":3,"What":"gone"}
{"step":"Prefer","Name":"SlackUserName","Value":"\"Verbatim\"","Releases":false}
{"step":"Patch","Source":0,"Who":3,"Path":"primary","Value":"Ada@Corp.Example","Habit":"Rfc"}
