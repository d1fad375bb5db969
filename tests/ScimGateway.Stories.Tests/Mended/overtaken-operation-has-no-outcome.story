{"WhenSlackIsSlow":"\"Refuse\""}
{"step":"Post","Source":0,"Who":3,"Said":{"UserName":"team@corp.example","Primary":"team@corp.example","Secondary":"ada@corp.example","Title":"Captain","Key":"4"},"Habit":"Rfc"}
{"step":"Weather","Method":"PATCH","Path":"/Users/{id}","Nth":1,"Times":1,"Delay":0,"AnswerDelay":0,"Drop":"before","Effect":false}
{"step":"Patch","Source":0,"Who":3,"Path":"secondary","Habit":"Okta"}
{"step":"Patch","Source":0,"Who":3,"Path":"userName","Value":"bob.b","Habit":"Rfc"}
