// dotnet ef migrations add NAME -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations -o Storage/Migrations
// and then, for new files: dotnet ef migrations script -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations
// -o src/ScimGateway.Provisioning/Storage/Migrations/Start.sql
return 0;
