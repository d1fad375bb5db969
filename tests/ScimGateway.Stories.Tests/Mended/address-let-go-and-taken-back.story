{}
{"step":"MakeByHand","UserName":"hand0","Address":"team@corp.example","Second":"zoe@corp.example","Active":true,"Rank":"member"}
{"step":"Knob","Name":"faults.create_flaky","Value":"\"on\""}
{"step":"Wait","Seconds":700}
{"step":"Post","Source":0,"Who":0,"Said":{"UserName":"ada","Primary":"bob@corp.example","Active":true,"Title":"Pilot","Key":"1"},"Habit":"Okta"}
{"step":"Patch","Source":0,"Who":1,"Path":"primary","Value":"zoe@corp.example","Habit":"Okta"}
