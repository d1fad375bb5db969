# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# What restore reads comes first: its layer is kept until one of these changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/ScimGateway.Basics/*.csproj src/ScimGateway.Basics/packages.lock.json src/ScimGateway.Basics/
COPY src/ScimGateway.Protocol/*.csproj src/ScimGateway.Protocol/packages.lock.json src/ScimGateway.Protocol/
COPY src/ScimGateway.Slack/*.csproj src/ScimGateway.Slack/packages.lock.json src/ScimGateway.Slack/
COPY src/ScimGateway.Provisioning/*.csproj src/ScimGateway.Provisioning/packages.lock.json src/ScimGateway.Provisioning/
COPY src/ScimGateway.SlackEmulator/*.csproj src/ScimGateway.SlackEmulator/packages.lock.json src/ScimGateway.SlackEmulator/
COPY src/ScimGateway.Cli/*.csproj src/ScimGateway.Cli/packages.lock.json src/ScimGateway.Cli/
COPY src/ScimGateway.AdminConsole/*.csproj src/ScimGateway.AdminConsole/packages.lock.json src/ScimGateway.AdminConsole/
COPY src/ScimGateway.Host/*.csproj src/ScimGateway.Host/packages.lock.json src/ScimGateway.Host/
RUN dotnet restore src/ScimGateway.Host --locked-mode -p:UseCurrentRuntimeIdentifier=true
COPY openapi.yaml ./
COPY src/ src/
RUN dotnet publish src/ScimGateway.Host -c Release --no-restore -o /out -p:UseCurrentRuntimeIdentifier=true --self-contained false -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN install -d -m 0700 -o $APP_UID -g $APP_UID /data
WORKDIR /app
COPY --from=build --link /out .
# Where it listens, the base image says (ASPNETCORE_HTTP_PORTS=8080).
ENV Gateway__Data=/data
# There the commands in this container ask, too.
ENV SCIMGATEWAY_URL=http://127.0.0.1:8080
VOLUME /data

USER $APP_UID
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["dotnet", "ScimGateway.Host.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "ScimGateway.Host.dll"]
