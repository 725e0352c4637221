import './page-key.ts'; // first: it takes the link out of the address before anything reads that
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-600.css';
import './app.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { applyNonce } from './nonce.ts';

applyNonce();
createApp(App).use(createPinia()).mount('#app');
