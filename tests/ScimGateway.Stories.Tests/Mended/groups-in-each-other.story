{}
{"step":"Bulk","Source":0,"FailOnErrors":0,"Steps":[{"step":"PostGroup","Source":0,"Which":1,"Name":"A","Members":[12]},{"step":"PostGroup","Source":0,"Which":2,"Name":"B","Members":[11]}]}
