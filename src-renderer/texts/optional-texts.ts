/** The stages that a lab file asks for besides. */
export const optionalTexts = {
  open: { en: 'Optional stages…', ja: '追加のステージ…' },
  title: { en: 'Optional stages', ja: '追加のステージ' },
  about: {
    en: 'What goes beyond the name. They stand in the lab file; each is rolled out and undone alone. A stage that is switched off is undone by the next rollout.',
    ja: '名前で開けるようになった後のステージです。ラボファイルに書かれ、それぞれ単独で展開し、元に戻せます。オフにしたステージは次の展開で元に戻ります。',
  },
  split: { en: 'Traffic splitting', ja: 'トラフィック分割' },
  splitAbout: {
    en: 'A share of the requests to the first environment goes to a second version of the app.',
    ja: '最初の環境へのリクエストの一部が、アプリの第 2 バージョンに届きます。',
  },
  weights: { en: 'Change the weights', ja: 'weight を変える' },
  weight: { en: 'Share of the second version', ja: '第 2 バージョンの割合' },
  shares: (weight: number) => ({
    en: `first version ${100 - weight} %, second version ${weight} %`,
    ja: `第 1 バージョン ${100 - weight} %、第 2 バージョン ${weight} %`,
  }),
  routing: { en: 'Routing by the request', ja: 'リクエストの内容によるルーティング' },
  routingAbout: {
    en: 'Requests with a certain header, cookie, method, path or query go to the second version.',
    ja: '決まったヘッダー・Cookie・メソッド・パス・クエリを持つリクエストが、第 2 バージョンに届きます。',
  },
  tls: { en: 'TLS', ja: 'TLS' },
  tlsAbout: {
    en: 'HTTPS with certificates of a CA of the lab; HTTP is redirected to it.',
    ja: 'ラボの CA の証明書を使う HTTPS です。HTTP はそこへリダイレクトされます。',
  },
  trust: { en: "Trust the lab's CA on the client", ja: 'クライアントでラボの CA を信頼する' },
  trustAbout: {
    en: 'curl and browsers that use the system’s CAs open https://NAME without a warning. The CA can sign for names in the zone alone; undoing the stage removes it.',
    ja: 'システムの CA を使う curl やブラウザで、https://名前 が警告なしに開けます。この CA が署名できるのはゾーン内の名前だけで、ステージを元に戻すと取り除かれます。',
  },
  proxy: { en: 'kube-proxy in another mode', ja: 'kube-proxy を別のモードで動かす' },
  proxyMode: { en: 'Mode', ja: 'モード' },
  ipvsAbout: {
    en: 'Needs the modules ip_vs of the nodes’ kernel. Kubernetes has deprecated it, and removes it in 1.43.',
    ja: 'ノードのカーネルのモジュール ip_vs が必要です。Kubernetes では非推奨で、1.43 でなくなります。',
  },
  proxyAbout: {
    en: 'The same Services by other rules, on the cluster that is there. Follow a request in both modes, and compare the paths.',
    ja: '作成済みのクラスターで、同じ Service を別の方式のルールで実現します。両方のモードでリクエストを追跡し、パスを比べられます。',
  },
  apps: { en: 'Your own apps', ja: '自分のアプリ' },
  appsAbout: {
    en: 'Folders of manifests, or single files, relative to the lab file. They are applied and removed as the sample app is, and requests to them can be followed.',
    ja: 'マニフェストのフォルダーまたはファイルです (ラボファイルからの相対パス)。サンプルアプリと同じように適用・削除でき、リクエストも追跡できます。',
  },
  manifests: (number: number) => ({
    en: `Folder or file ${String(number)}`,
    ja: `フォルダーまたはファイル ${String(number)}`,
  }),
  addManifests: { en: 'Add manifests', ja: 'マニフェストを追加' },
  removeManifests: (name: string) => ({ en: `Remove ${name} from the list`, ja: `${name} をリストから取り除く` }),
  written: { en: 'Written to the lab file', ja: 'ラボファイルに書き込みました' },
  unchanged: { en: 'The lab file says this already.', ja: 'ラボファイルはすでにこのとおりです。' },
} as const;
