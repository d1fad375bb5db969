// dotnet ef migrations add NAME -p src/ScimGateway.Provisioning -s tools/ScimGateway.Migrations -o Data/Migrations
return 0;
