{{- define "scimgateway.labels" -}}
{ app.kubernetes.io/name: scimgateway, app.kubernetes.io/instance: {{ .Release.Name }} }
{{- end }}

{{- /* What the chart alone decides: the rest of it relies on these. */ -}}
{{- define "scimgateway.settings" -}}
{{- $postgres := not (empty .Values.postgres.connection) -}}
Gateway__PublicUrl: {{ required "publicUrl: say how clients reach the gateway, such as https://gateway.example.org" .Values.publicUrl | quote }}
Gateway__Data: /data/gateway # below the volume, which its group may write
{{- if $postgres }}
{{- if regexMatch "(?i)(password|pwd)\\s*=" .Values.postgres.connection }}{{ fail "postgres.connection: put the password into a password file of the Secret, and name that: Passfile=/secrets/pgpass" }}{{ end }}
Gateway__Store: {{ .Values.postgres.connection | quote }}
{{- end }}
Gateway__Secrets__MasterKeyFile: /secrets/master.key
{{- if $postgres }}
Gateway__Cluster__Name: {{ .Release.Name }}
Gateway__Cluster__Certificate: /secrets/cluster.pem
{{- end }}
Gateway__Admin__Url: http://127.0.0.1:8081 # for kubectl port-forward and kubectl exec alone
SCIMGATEWAY_URL: http://127.0.0.1:8081 # where commands in the pod ask
Gateway__Metrics__Url: http://+:9464
{{- if not $postgres }}
Gateway__Backup__Every: {{ .Values.sqlite.backupEvery | quote }}
{{- end }}
{{- end }}

{{- /* The pod of an instance, and with init that of the first one. */ -}}
{{- define "scimgateway.pod" -}}
{{- $postgres := not (empty .Values.postgres.connection) -}}
{{- if .Values.init -}}
restartPolicy: Never
{{ end -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $postgres | ternary 45 30 }}
{{- if and $postgres (not .Values.init) }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: {{ include "scimgateway.labels" . }} }
{{- end }}
{{- range $name := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $.Values $name }}
{{ $name }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
containers:
  - name: scimgateway
    image: {{ required "image: name the gateway's image, with its tag or digest" .Values.image }}
    {{- if .Values.init }}
    args: ["--init"]
    {{- end }}
    envFrom:
      - configMapRef: { name: {{ .Release.Name }} }
      {{- with .Values.secretSettings }}
      - secretRef: { name: {{ . }} }
      {{- end }}
    {{- if $postgres }}
    env:
      - { name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
      - { name: Gateway__Cluster__Address, value: "$(POD_IP):11111" }
    {{- end }}
    ports:
      - { name: http, containerPort: 8080 }
      - { name: metrics, containerPort: 9464 }
      {{- if $postgres }}
      - { name: instances, containerPort: 11111 }
      - { name: handed-on, containerPort: 11112 }
      {{- end }}
    startupProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 2, failureThreshold: 60 }
    readinessProbe: { httpGet: { path: /health/ready, port: http }, periodSeconds: 2, failureThreshold: 1 }
    livenessProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 10 }
    {{- with .Values.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    volumeMounts:
      - { name: data, mountPath: /data }
      - { name: secrets, mountPath: /secrets, readOnly: true }
      - { name: tmp, mountPath: /tmp }
volumes:
  {{- if $postgres }}
  - { name: data, emptyDir: {} }
  {{- else }}
  - { name: data, persistentVolumeClaim: { claimName: {{ .Release.Name }} } }
  {{- end }}
  - { name: secrets, secret: { secretName: {{ .Values.secret }}, defaultMode: 0440 } }
  - { name: tmp, emptyDir: {} }
{{- end }}
