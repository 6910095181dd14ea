// Tells RequireJS and the widget manager where this site keeps its files. Addresses are taken from this script's own, so
// that they hold at any page depth and under any base URL.
(() => {
  const vendor = new URL("vendor/", document.currentScript.src).href;
  require.config({ baseUrl: vendor, paths: { anywidget: "anywidget/index" } });
  window.__jupyter_widgets_assets_path__ = `${vendor}@jupyter-widgets/html-manager/dist/`;
})();
