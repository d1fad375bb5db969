// dotnet ef migrations add NAME -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations -o Data/Migrations
// and then, for new files: dotnet ef migrations script -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations -o src/ScimGateway.Provisioning/Data/Migrations/Start.sql
return 0;
