// app.js proto|json [none|gzip]: a server span with two children and an event, through the real SDK and exporter.
const {trace, context, SpanKind, SpanStatusCode} = require('@opentelemetry/api');
const {BasicTracerProvider, BatchSpanProcessor} = require('@opentelemetry/sdk-trace-base');
const {resourceFromAttributes} = require('@opentelemetry/resources');

const [encoding, compression = 'none'] = process.argv.slice(2);
const {OTLPTraceExporter} = require(
    encoding === 'json' ? '@opentelemetry/exporter-trace-otlp-http' : '@opentelemetry/exporter-trace-otlp-proto');

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({'service.name': 'shop'}),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({compression}))],
});
const tracer = provider.getTracer('interop', '1.0.0');

const order = tracer.startSpan('POST /orders', {kind: SpanKind.SERVER, attributes: {'http.request.method': 'POST', 'http.route': '/orders'}});
const inOrder = trace.setSpan(context.active(), order);
const charge = tracer.startSpan('charge', {attributes: {'payment.amount': 12.5, 'payment.currency': 'EUR', 'payment.retries': 2}}, inOrder);
charge.addEvent('card accepted', {'payment.network': 'visa'});
charge.end();
const ship = tracer.startSpan('ship', {}, inOrder);
ship.recordException(new Error('no carrier'));
ship.setStatus({code: SpanStatusCode.ERROR, message: 'no carrier'});
ship.end();
order.end();

provider.shutdown().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
